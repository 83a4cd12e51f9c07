import './shared/theme.css';

import { mount } from 'svelte';

import App from './app.svelte';
import { chooseBackend } from './backend';
import { Session } from './shared/session.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

mount(App, { target, props: { session: new Session(await chooseBackend()) } });
